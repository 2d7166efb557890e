"""The nouns: table schemas, frozen records, vocabulary, labels and content ids."""
