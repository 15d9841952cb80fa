/**
 * The gateway: HTTP for those who can publish to Kafka but not read it. It publishes what its
 * clients send, and answers a call invite with the verdict that a worker tells on the topic of
 * results. It pushes nothing and keeps nothing: any number of gateways stand side by side.
 */
@NullMarked
package dev.ringpost.gateway;

import org.jspecify.annotations.NullMarked;
