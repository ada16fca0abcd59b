package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are made to cost: refused, in a time and with memory in proportion to what they have. */
final class HostileYamlTest {

    private static final Path FILE = Path.of("shop.yaml");
    private static final int SIZE = RegistryFiles.MAX_BYTES - 1024;
    private static final Duration MOST = Duration.ofSeconds(20);
    /** Bytes of memory, of which most are garbage at once, for a byte of the file. */
    private static final long MOST_MEMORY = 4000L * RegistryFiles.MAX_BYTES;

    static Stream<Arguments> files() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 1000; i++) {
            String former = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, (former + ", ").repeat(8) + former));
        }
        StringBuilder merges = new StringBuilder("a0: &a0 {x: y}\n");
        for (int i = 1; i < 1000; i++) {
            merges.append("a%d: &a%d {<<: [*a%d, *a%d], b%d: c}\n".formatted(i, i, i - 1, i - 1, i));
        }
        return Stream.of(
                Arguments.of("lists in lists", "[".repeat(SIZE)),
                Arguments.of("maps in maps", "{a: ".repeat(SIZE / 4)),
                Arguments.of("items in items", "- ".repeat(SIZE / 2)),
                Arguments.of("keys in keys", "? ".repeat(SIZE / 2)),
                Arguments.of("maps in lists, closed", "[{a: ".repeat(SIZE / 14) + "}]".repeat(SIZE / 14)),
                Arguments.of("aliases of aliases", bomb.toString()),
                Arguments.of("merges of merges", merges.toString()),
                Arguments.of("an alias of itself", "a: &a [*a]\n"),
                Arguments.of("a scalar", "a: " + "x".repeat(SIZE)),
                Arguments.of("a quoted scalar", "a: \"" + "\\u0041".repeat(SIZE / 6) + "\""),
                Arguments.of("a quote that is not closed", "a: \"" + "x\n".repeat(SIZE / 2)),
                Arguments.of("a key", "x".repeat(SIZE) + ": a"),
                Arguments.of("a comment", "#" + "x".repeat(SIZE)),
                Arguments.of(
                        "lines that are just not too long",
                        ("a: " + "x".repeat(RegistryFiles.MAX_LINE - 4) + "\n").repeat(7)),
                Arguments.of("an anchor's name", "a: &" + "x".repeat(SIZE) + " b"),
                Arguments.of("a tag", "a: !" + "x".repeat(SIZE) + " b"),
                Arguments.of("directives", "%TAG ! tag:x,2000:\n".repeat(SIZE / 20)),
                Arguments.of("documents", "---\n".repeat(SIZE / 4)),
                Arguments.of("documents in one part", "--- a\n...\n".repeat(SIZE / 10)),
                Arguments.of("keys of one map", keys()),
                Arguments.of("the same key", "a: b\n".repeat(SIZE / 5)));
    }

    private static String keys() {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; keys.length() < SIZE - 16; i++) {
            keys.append('k').append(i).append(": v\n");
        }
        return keys.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefusedInBoundedTimeAndMemory(String what, String text) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long memory = threads.getCurrentThreadAllocatedBytes();
        long begun = threads.getCurrentThreadCpuTime();
        Parsed parsed = RegistryFiles.parse(FILE, text);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - begun))
                .as(what)
                .isLessThan(MOST);
        assertThat(threads.getCurrentThreadAllocatedBytes() - memory).as(what).isLessThan(MOST_MEMORY);
        assertThat(parsed.errors()).as(what).isNotEmpty();
        assertThat(parsed.errors())
                .hasSizeLessThanOrEqualTo(Problems.MAX_ERRORS)
                .allSatisfy(error -> {
                    assertThat(error.file()).isEqualTo(FILE);
                    assertThat(error.reason().length()).as("of a reason").isLessThan(1000);
                });
    }
}
