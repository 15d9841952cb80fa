/** What the container image is built with and proven by. */
@NullMarked
package dev.ringpost.image;

import org.jspecify.annotations.NullMarked;
