package dev.weft.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java file of the project.
 *
 * @param file relative to the checkout
 * @param packageName of the file
 */
record Source(Path file, String packageName, List<String> lines) {

    private static final String WEFT = "dev.weft.";
    private static final Pattern PACKAGE = Pattern.compile("package ([a-z0-9_.]+);");
    /** The package of what is imported ends before the first name of a class. */
    private static final Pattern IMPORT =
            Pattern.compile("import (?:static )?(dev\\.weft(?:\\.[a-z0-9_]+)+)\\.[A-Z].*;");

    /** All Java files of all modules, in the order of their paths. */
    static List<Source> all() {
        Path checkout = checkout();
        List<Source> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(checkout)) {
            for (Path sources : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .forEach(file -> found.add(read(checkout, file)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Those that are shipped, or run beside what is shipped: no tests. */
    static List<Source> main() {
        return all().stream().filter(source -> !source.test()).toList();
    }

    static Path checkout() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.isExecutable(here.resolve("weft"))) {
            here = here.getParent();
        }
        if (here == null) {
            throw new IllegalStateException(
                    "no ./weft above " + Path.of("").toAbsolutePath() + " (expected: the checkout)");
        }
        return here;
    }

    private static Source read(Path checkout, Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            String packageName = lines.stream()
                    .map(PACKAGE::matcher)
                    .filter(Matcher::matches)
                    .findFirst()
                    .map(line -> line.group(1))
                    .orElseThrow(() -> new IllegalStateException(file + ": in no package"));
            return new Source(checkout.relativize(file), packageName, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of the class that the file is named by. */
    String name() {
        String own = file.getFileName().toString();
        return own.substring(0, own.length() - ".java".length());
    }

    /** Its lines, without those that are comments. */
    Stream<String> code() {
        return lines.stream()
                .filter(line -> !line.strip().startsWith("//") && !line.strip().startsWith("*"));
    }

    boolean test() {
        return file.getName(2).toString().equals("test");
    }

    /** The packages of what it imports of the project, one for each import. */
    List<String> imports() {
        return lines.stream()
                .map(IMPORT::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .toList();
    }

    /** {@code cli} of {@code dev.weft.cli.command.trust}. */
    static String module(String packageName) {
        String own = packageName.substring(WEFT.length());
        int end = own.indexOf('.');
        return end < 0 ? own : own.substring(0, end);
    }
}
