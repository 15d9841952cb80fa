/**
 * Settings: one typed tree, read strictly from one YAML file and the environment, with all problems
 * reported at once.
 */
@NullMarked
package dev.ringpost.config;

import org.jspecify.annotations.NullMarked;
