/**
 * The heart: leads one invite from lookup to outbox and decides, without knowing Kafka or Pushy.
 */
@NullMarked
package dev.ringpost.delivery;

import org.jspecify.annotations.NullMarked;
