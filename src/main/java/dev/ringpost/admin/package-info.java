/** What a running worker shows of itself over HTTP: metrics and health. */
@NullMarked
package dev.ringpost.admin;

import org.jspecify.annotations.NullMarked;
