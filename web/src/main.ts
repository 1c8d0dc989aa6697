import { mount } from 'svelte';
import { entries } from './net/entries.ts';
import { App } from './app/app.svelte.ts';
import { takeCarried } from './live/storage.ts';
import './ui/tokens.css';
import './ui/base.css';
import Page from './app/Page.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

takeCarried(entries.current);
const app = new App();
// Before anything is drawn: the key must leave the address bar first.
void app.start();
// Pasting a new link into the same tab only changes the fragment, which does not reload the page.
addEventListener('hashchange', () => void app.start());
mount(Page, { target, props: { app } });
