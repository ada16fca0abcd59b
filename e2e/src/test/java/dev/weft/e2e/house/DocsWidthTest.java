package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prose in Markdown wraps, so that it can be read in a terminal and a changed sentence is a small difference. */
final class DocsWidthTest {

    private static final int WIDTH = 100;

    private static final Pattern FENCE = Pattern.compile("\\s*(```|~~~).*");
    /** Tables, headings, HTML, code by indentation, and a line that is one long word. */
    private static final Pattern UNWRAPPED = Pattern.compile("\\s*[|#<].*| {4}.*|\\S+");

    @Test
    void proseWrapsAtAHundred() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path page : pages()) {
            boolean code = false;
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                code ^= FENCE.matcher(line).matches();
                if (!code && line.length() > WIDTH && !UNWRAPPED.matcher(line).matches()) {
                    tooLong.add(page + ":" + (i + 1) + ": " + line.length() + " characters");
                }
            }
        }
        assertThat(tooLong).as("lines of prose above " + WIDTH + " characters").isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> root = Files.list(Source.checkout());
                Stream<Path> docs = Files.walk(Source.checkout().resolve("docs"))) {
            Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(50);
        return pages;
    }
}
