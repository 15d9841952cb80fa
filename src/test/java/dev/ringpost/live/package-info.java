@NullMarked
package dev.ringpost.live;

import org.jspecify.annotations.NullMarked;
