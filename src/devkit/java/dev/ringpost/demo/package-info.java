/** The demo: the production worker between an embedded Kafka and local APNs, with calls to ring. */
@NullMarked
package dev.ringpost.demo;

import org.jspecify.annotations.NullMarked;
