/**
 * The local APNs: a server of our own that speaks Apple's provider API, with the credentials to
 * talk to it. Pushy's own mock server was not taken: it answers on its event loop only (a delay
 * blocks every connection), knows neither silence nor all of Apple's reasons, refuses VoIP payloads
 * above 4096 bytes, and costs more CPU than the client it would measure.
 */
@NullMarked
package dev.ringpost.testing.apns;

import org.jspecify.annotations.NullMarked;
