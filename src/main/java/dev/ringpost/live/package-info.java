/**
 * What the live page shows: figures of the meters, and the last calls by digests. It records
 * nothing unless the page is on, knows no HTTP, and never holds a name, an address, a token or a
 * payload.
 */
@NullMarked
package dev.ringpost.live;

import org.jspecify.annotations.NullMarked;
