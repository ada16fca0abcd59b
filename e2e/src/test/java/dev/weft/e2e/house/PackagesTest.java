package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Packages are free of cycles at each level: modules, their packages, the packages of those. */
final class PackagesTest {

    private static final int DEEPEST = 6;

    @Test
    void packagesHaveNoCycles() {
        Imports packages = Imports.of(Source.main());
        // dev.weft.MODULE is the first level.
        for (int level : IntStream.rangeClosed(3, DEEPEST).toArray()) {
            assertThat(packages.grouped(name -> first(level, name)).cycles())
                    .as("a package is one concern, and two that need each other are one: make structure shows them")
                    .isEmpty();
        }
        assertThat(packages.cycles()).isEmpty();
    }

    private static String first(int level, String name) {
        List<String> parts = List.of(name.split("\\."));
        return String.join(".", parts.subList(0, Math.min(level, parts.size())));
    }

    @Test
    void findsACycle() {
        Imports imports = Imports.of(List.of(
                source("dev.weft.a", "import dev.weft.b.c.One;"),
                source("dev.weft.b.c", "import static dev.weft.d.Two.TWO;"),
                source("dev.weft.d", "import dev.weft.a.Three;"),
                source("dev.weft.e", "import dev.weft.a.Three;")));
        assertThat(imports.cycles()).containsExactly(Set.of("dev.weft.a", "dev.weft.b.c", "dev.weft.d"));
        assertThat(imports.fromTheGroundUp()).last().isEqualTo("dev.weft.e");
    }

    private static Source source(String packageName, String line) {
        return new Source(Path.of("module/src/main/java/Source.java"), packageName, List.of(line));
    }
}
