/** What only serves development and tests: embedded Kafka, the local APNs, clocks and fakes. */
@NullMarked
package dev.ringpost.testing;

import org.jspecify.annotations.NullMarked;
