/**
 * Reads what Kafka's client can hand out and goes past what is broken on a broker's disk, for
 * readers that must not stand still: of whole topics, and of results. And what members of groups
 * share: when one may leave, and the assignor by which one works and the others stand by; and what
 * a record of an invite is to whoever reads it.
 */
@NullMarked
package dev.ringpost.polling;

import org.jspecify.annotations.NullMarked;
