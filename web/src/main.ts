import { mount } from 'svelte';
import { App } from './state/app.svelte.ts';
import './ui/tokens.css';
import './ui/base.css';
import Page from './ui/Page.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const app = new App();
// Before anything is drawn: the key has to leave the address bar first.
void app.start();
// A fresh link pasted into the same tab changes the fragment only: no reload happens by itself.
addEventListener('hashchange', () => void app.start());
mount(Page, { target, props: { app } });
