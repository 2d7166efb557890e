/* The watch floor's beginning: one page, one component. */
import { mount } from 'svelte';
import './fonts.css';
import './tokens.css';
import './pieces.css';
import './frame.css';
import App from './App.svelte';

export default mount(App, { target: document.getElementById('app')! });
