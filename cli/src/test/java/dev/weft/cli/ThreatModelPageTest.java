package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/threat-model.md has a test for every failure that it names, and each of these tests is there. */
final class ThreatModelPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/threat-model.md");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]+Test)\\.([a-z][A-Za-z0-9]+)`");
    private static final Pattern METHOD = Pattern.compile("void ([a-z][A-Za-z0-9]+)\\(");
    private static final String FAILURES = "## Failures that are known";

    /** The methods of every test class by its simple name; classes of one name in two modules count as one. */
    private static Map<String, List<String>> tests() throws IOException {
        Map<String, List<String>> tests = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path sources : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    for (Path file : files.filter(file -> file.toString().endsWith("Test.java"))
                            .toList()) {
                        METHOD.matcher(Files.readString(file))
                                .results()
                                .forEach(method -> tests.computeIfAbsent(
                                                file.getFileName().toString().replace(".java", ""),
                                                name -> new ArrayList<>())
                                        .add(method.group(1)));
                    }
                }
            }
        }
        return tests;
    }

    private static List<MatchResult> named(String text) {
        return TEST.matcher(text).results().toList();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, List<String>> tests = tests();
        List<MatchResult> named = named(Files.readString(PAGE));
        assertThat(named).isNotEmpty();
        for (MatchResult test : named) {
            assertThat(tests.getOrDefault(test.group(1), List.of()))
                    .as(test.group())
                    .contains(test.group(2));
        }
    }

    @Test
    void everyFailureNamesATest() throws IOException {
        String page = Files.readString(PAGE);
        List<String> rows = page.substring(page.indexOf(FAILURES), page.indexOf("## What is not held"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| failure "))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(40)
                .allSatisfy(row -> assertThat(named(row)).as(row).isNotEmpty());
    }
}
