package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/errors.md has a line for every code that a user can see, and for no other. */
final class ErrorPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("WEFT-[A-Z][0-9]{3}");

    private static Stream<String> codes(Path file) {
        try {
            return CODE.matcher(Files.readString(file)).results().map(MatchResult::group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> inSources() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (Path sources : modules()) {
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .flatMap(ErrorPageTest::codes)
                        .forEach(codes::add);
            }
        }
        return codes;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.map(folder -> folder.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    private static Set<String> onPage() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/errors.md")).stream()
                .filter(line -> line.startsWith("| WEFT-"))
                .map(line -> line.split("\\|", -1)[1].strip())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void explainsEveryCode() throws IOException {
        assertThat(onPage()).containsAll(inSources());
    }

    @Test
    void explainsNoCodeThatIsNotThere() throws IOException {
        assertThat(inSources()).containsAll(onPage());
    }
}
