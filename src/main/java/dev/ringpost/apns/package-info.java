/**
 * Everything that speaks to Apple: credentials, routes, connections, the payload, and what answers
 * mean.
 *
 * <p>All of it happens on one network thread, the loop: which connection gets a push, the write
 * guard, time-outs and answers. So nothing here is locked, and a push that was given up cannot be
 * written at the same moment. Only settings, payloads and new clients are made on other threads.
 */
@NullMarked
package dev.ringpost.apns;

import org.jspecify.annotations.NullMarked;
