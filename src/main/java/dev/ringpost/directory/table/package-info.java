/**
 * The table in memory: what the newest record of each key says, in few bytes. It knows no Kafka.
 */
@NullMarked
package dev.ringpost.directory.table;

import org.jspecify.annotations.NullMarked;
