package dev.ringpost.image;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.BuildResponseItem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/**
 * The image, built by the project's {@code Dockerfile} from what Maven has made already: its
 * context holds the same {@code target/} that Maven within the image would make, so only that one
 * step is left out.
 */
final class BuiltImage {

  private static final List<String> MADE =
      List.of("ringpost.jar", "ringpost.cdx.json", "lib", "training-lib", "test-classes");

  private static final long BUILT_WITHIN_SECONDS = 300;

  private final Path context;

  private BuiltImage(Path context) {
    this.context = context;
  }

  /**
   * A context in an empty folder.
   *
   * @throws IllegalStateException if the project has not been packaged
   */
  static BuiltImage in(Path context) throws IOException {
    Path target = Path.of("target");
    copy(Path.of("Dockerfile"), context.resolve("Dockerfile"));
    for (String name : MADE) {
      if (!Files.exists(target.resolve(name))) {
        throw new IllegalStateException(name + " is missing: the image is built after package");
      }
      copy(target.resolve(name), context.resolve("target").resolve(name));
    }
    return new BuiltImage(context);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copied = to.resolve(from.relativize(file));
        Files.createDirectories(copied.getParent());
        Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Builds one stage; what an earlier build has made already takes no time. Returns its name. */
  String stage(String stage) {
    String name = "ringpost-test/" + stage + ":latest";
    var output = new Output();
    DockerClientFactory.instance()
        .client()
        .buildImageCmd(new File(context.toFile(), "Dockerfile"))
        .withBaseDirectory(context.toFile())
        .withTarget(stage)
        .withTags(Set.of(name))
        .exec(output)
        .awaitImageId(BUILT_WITHIN_SECONDS, TimeUnit.SECONDS);
    return name;
  }

  /** The output of the build, printed: a failure's message holds only the command. */
  private static final class Output extends BuildImageResultCallback {

    @Override
    public void onNext(BuildResponseItem item) {
      if (item.getStream() != null && !item.getStream().isBlank()) {
        System.out.print(item.getStream());
      }
      super.onNext(item);
    }
  }
}
