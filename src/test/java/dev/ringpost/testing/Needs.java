package dev.ringpost.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A mark by which a test, or a whole class, is left out, which is said on standard output, where
 * the machine lacks what it needs: a run without it must not look like one that proved everything.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LeftOut.class)
public @interface Needs {

  Need value();
}
