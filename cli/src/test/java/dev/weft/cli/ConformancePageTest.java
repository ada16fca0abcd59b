package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/spiffe-conformance.md has a row for every rule of SPIFFE, and what it names as a test of the rule is one. */
final class ConformancePageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z][A-Z0-9]-[0-9]{2}) \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]+Test)`");
    private static final Pattern TEST = Pattern.compile(
            "void (id|x5|jw|tb|fe|we|wa)([0-9]{2})[A-Z]|@DisplayName\\(\"((?:[A-Z][A-Z0-9]-[0-9]{2},? )+)");
    private static final Pattern RULE = Pattern.compile("[A-Z][A-Z0-9]-[0-9]{2}");
    private static final Map<String, Integer> RULES =
            Map.of("ID", 13, "X5", 15, "JW", 10, "TB", 7, "FE", 11, "WE", 6, "WA", 11);

    /** What the page says of each rule. */
    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/spiffe-conformance.md"))) {
            ROW.matcher(line)
                    .results()
                    .forEach(row -> assertThat(rows.put(row.group(1), row.group(3)))
                            .as("another row of " + row.group(1))
                            .isNull());
        }
        return rows;
    }

    private static List<Path> tests() throws IOException {
        List<Path> tests = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path sources : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith("Test.java")).forEach(tests::add);
                }
            }
        }
        return tests;
    }

    private static boolean names(Path test, String rule) {
        try {
            String source = Files.readString(test);
            String method = "void " + rule.replace("-", "").toLowerCase(Locale.ROOT);
            return source.contains(method)
                    || Pattern.compile("@DisplayName\\(\"[^\"]*" + rule)
                            .matcher(source)
                            .find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void hasARowForEveryRule() throws IOException {
        List<String> rules = new ArrayList<>();
        RULES.forEach((letters, count) -> {
            for (int i = 1; i <= count; i++) {
                rules.add("%s-%02d".formatted(letters, i));
            }
        });
        assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(rules);
    }

    @Test
    void namesTestsThatAreThereAndHoldTheRule() throws IOException {
        List<Path> tests = tests();
        rows().forEach((rule, holder) -> {
            List<String> classes = CLASS.matcher(holder)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
            assertThat(classes.isEmpty() && holder.length() < 20)
                    .as(rule + ": neither a test nor a reason")
                    .isFalse();
            for (String name : classes) {
                assertThat(tests.stream().filter(test -> test.endsWith(name + ".java")))
                        .as(rule + " in " + name)
                        .anyMatch(test -> names(test, rule));
            }
        });
    }

    @Test
    void hasEveryTestThatHoldsARule() throws IOException {
        Map<String, String> rows = rows();
        for (Path test : tests()) {
            String name = test.getFileName().toString().replace(".java", "");
            TEST.matcher(Files.readString(test))
                    .results()
                    .flatMap(ConformancePageTest::rules)
                    .forEach(rule -> assertThat(rows.get(rule))
                            .as(rule + " is held by " + name)
                            .contains("`" + name + "`"));
        }
    }

    /** The rules that the name of a test names. */
    private static Stream<String> rules(MatchResult test) {
        return test.group(1) != null
                ? Stream.of(test.group(1).toUpperCase(Locale.ROOT) + "-" + test.group(2))
                : RULE.matcher(test.group(3)).results().map(MatchResult::group);
    }
}
