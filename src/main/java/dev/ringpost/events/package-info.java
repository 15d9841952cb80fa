/**
 * Every record format that others see, in both directions: invites, tokens, signals, invalidations,
 * results, and the headers of retries and dead letters. {@code docs/events.md} describes them.
 */
@NullMarked
package dev.ringpost.events;

import org.jspecify.annotations.NullMarked;
