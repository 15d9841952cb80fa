package dev.ringpost.testing.ruin.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/** A record that reads the clock, prints, and knows a library and files. */
public record Ambient(ObjectMapper json, Path file) {

  Supplier<Instant> clock() {
    return Instant::now;
  }

  void print() {
    System.out.println(json + " " + file);
  }
}
