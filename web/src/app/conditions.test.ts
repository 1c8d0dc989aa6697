import { WATCH_STATES } from '@procmap/shared/watch-states.ts';
import { describe, expect, it } from 'vitest';
import { connectionCondition, processCondition } from './conditions.ts';

describe('the condition of a process', () => {
  it('is nothing while it lives', () => {
    for (const phase of ['none', 'loading', 'live'] as const) expect(processCondition(phase, '', null, 7)).toBeNull();
  });

  it('uses the daemon’s words for everything else, plus advice', () => {
    for (const phase of WATCH_STATES.filter((state) => state !== 'live'))
      expect(processCondition(phase, 'It is so.', null, 7)?.body).toMatch(/^It is so\.( |$)/);
    expect(processCondition('not_found', 'There is no process 7.', null, 7)?.body).toBe(
      'There is no process 7. It may have ended a moment ago, or the process ID is mistyped. Pick another one.',
    );
    // No process can have this id, so no guess is offered.
    const beyond = 'There is no process 4194305: the largest process id is 4194304.';
    expect(processCondition('not_found', beyond, null, 4194305)?.body).toBe(`${beyond} Pick another one.`);
  });

  it('says when it ended', () => {
    const endedAt = new Date(2026, 0, 2, 3, 4, 5).getTime();
    expect(processCondition('exited', 'Process 7 has exited.', endedAt, 7)).toMatchObject({
      title: 'The process has ended at 03:04:05',
      body: 'Process 7 has exited. This is its last map.',
    });
  });
});

describe('the condition of the connection', () =>
  it('is none while it is up, and serious after a long loss', () => {
    expect(connectionCondition('open', false, 'run')).toBeNull();
    expect(connectionCondition('lost', false, 'run')?.tone).toBe('warn');
    expect(connectionCondition('lost', true, 'sudo /a/procmap serve')).toMatchObject({
      tone: 'alarm',
      body: expect.stringContaining('“sudo /a/procmap serve”') as string,
    });
  }));
