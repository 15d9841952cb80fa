/** What the image {@code devkit} adds to the worker: phones for clusters that have none. */
@NullMarked
package dev.ringpost.devkit;

import org.jspecify.annotations.NullMarked;
