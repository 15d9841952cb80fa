/**
 * CloudEvents 1.0 on Kafka: what a record's value is by its headers, and the data of an event. It
 * knows the envelope, not what lies in it.
 */
@NullMarked
package dev.ringpost.events.cloud;

import org.jspecify.annotations.NullMarked;
