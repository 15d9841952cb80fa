/**
 * Records of live topics, for the tools: a stretch of time is read by seeking, never a topic from
 * its beginning, and nothing joins a group.
 */
@NullMarked
package dev.ringpost.tools.records;

import org.jspecify.annotations.NullMarked;
