package dev.ringpost.cli.report;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that give a VoIP token, also past the process list; picocli sets the fields. */
public final class TokenOptions {

  /** Bound on what is read as a token; those of today have 64 digits. */
  private static final int MAX_TOKEN_BYTES = 1 << 10;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--token",
      paramLabel = "HEX",
      description =
          "The phone's VoIP token, also as Xcode prints it: <...>, with spaces; - reads it from"
              + " standard input. Who sees the process list sees what is written here.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that holds the token, instead of --token.")
  private @Nullable Path tokenFile;

  /** Whether the token is to be read from standard input. */
  public boolean isFromStandardInput() {
    return TypedText.STANDARD_INPUT.equals(token);
  }

  /**
   * The token as it was given, unread.
   *
   * @param in standard input
   * @throws ParameterException if it is given in no way or in two, or cannot be read
   */
  public String token(InputStream in) {
    CommandSpec command = Objects.requireNonNull(spec);
    if ((token == null) == (tokenFile == null)) {
      throw new ParameterException(command.commandLine(), "Give either --token or --token-file");
    }
    if (tokenFile != null) {
      return TypedText.read(command, "--token-file", tokenFile.toString(), MAX_TOKEN_BYTES, in)
          .strip();
    }
    String typed = Objects.requireNonNull(token);
    return isFromStandardInput()
        ? TypedText.read(command, "--token", typed, MAX_TOKEN_BYTES, in).strip()
        : typed;
  }
}
