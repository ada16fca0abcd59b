package dev.weft.cli.command;

import dev.weft.cli.command.CompletionCommand.Shell;
import dev.weft.cli.command.PolicySuggestCommand.SuggestedFormat;
import dev.weft.cli.command.PolicyTestCommand.TestFormat;
import dev.weft.cli.screen.Format;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options that accept one of a few words, typed in lower case; used for parsing, completion and error messages. */
public final class Words {

    private Words() {}

    /** Returns the words of an enumeration, in its order. */
    public static <E extends Enum<E>> List<String> of(E[] values) {
        return Stream.of(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /**
     * Returns the value that a word means, in any case.
     *
     * @throws TypeConversionException if it is none of the words; lists all of them
     */
    public static <E extends Enum<E>> E parse(String given, E[] values) {
        return Stream.of(values)
                .filter(value -> value.name().equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + given + "' (expected: " + String.join(", ", of(values)) + ")"));
    }

    static final class ToFormat implements ITypeConverter<Format> {

        @Override
        public Format convert(String given) {
            return parse(given, Format.values());
        }
    }

    static final class Formats implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(Format.values()).iterator();
        }
    }

    static final class ToSuggested implements ITypeConverter<SuggestedFormat> {

        @Override
        public SuggestedFormat convert(String given) {
            return parse(given, SuggestedFormat.values());
        }
    }

    static final class SuggestedFormats implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(SuggestedFormat.values()).iterator();
        }
    }

    static final class ToCheckFormat implements ITypeConverter<CheckFormat> {

        @Override
        public CheckFormat convert(String given) {
            return parse(given, CheckFormat.values());
        }
    }

    static final class CheckFormats implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(CheckFormat.values()).iterator();
        }
    }

    static final class ToTestFormat implements ITypeConverter<TestFormat> {

        @Override
        public TestFormat convert(String given) {
            return parse(given, TestFormat.values());
        }
    }

    static final class TestFormats implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(TestFormat.values()).iterator();
        }
    }

    static final class ToShell implements ITypeConverter<Shell> {

        @Override
        public Shell convert(String given) {
            return parse(given, Shell.values());
        }
    }

    static final class Shells implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(Shell.values()).iterator();
        }
    }
}
