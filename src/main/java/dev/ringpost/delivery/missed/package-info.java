/**
 * What follows a call that nobody took: one ordinary notification. It knows no Kafka, no files and
 * no clock but the one that is handed in.
 */
@NullMarked
package dev.ringpost.delivery.missed;

import org.jspecify.annotations.NullMarked;
