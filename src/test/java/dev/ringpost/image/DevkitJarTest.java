package dev.ringpost.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.devkit.Devkit;
import dev.ringpost.testing.apns.LocalApns;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DevkitJarTest {

  private static final Path DEVKIT = Path.of("src", "devkit", "java");

  /** The folder into which the tests are compiled as well. */
  private static Path compiled() throws URISyntaxException {
    return Path.of(Devkit.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void holdsNothingBesideTheDevkit() throws IOException, URISyntaxException {
    assertThat(DevkitJar.classes(compiled()))
        .allSatisfy(
            name ->
                assertThat(DEVKIT.resolve(name.replaceFirst("\\$.*", "") + ".java"))
                    .as("the source of a class that ships")
                    .exists());
  }

  @Test
  void holdsWhatTheProgramUses(@TempDir Path folder) throws IOException, URISyntaxException {
    Path jar = folder.resolve("devkit.jar");
    DevkitJar.main(new String[] {compiled().toString(), jar.toString()});

    try (var packed = new JarFile(jar.toFile())) {
      assertThat(packed.stream().map(JarEntry::getName))
          .contains(file(Devkit.class), file(LocalApns.class), file(LocalApns.Builder.class));
    }
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }
}
