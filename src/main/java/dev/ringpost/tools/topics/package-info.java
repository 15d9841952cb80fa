/** What {@code topics} does: rules, rights and comparison of the topics that Ringpost uses. */
@NullMarked
package dev.ringpost.tools.topics;

import org.jspecify.annotations.NullMarked;
