/**
 * What became of a push after APNs accepted it: whether a phone rang. It knows no Kafka, no files
 * and no clock but the one that is handed in.
 */
@NullMarked
package dev.ringpost.delivery.rings;

import org.jspecify.annotations.NullMarked;
