package dev.weft.cli.command;

import dev.weft.cli.command.CompletionCommand.Shell;
import dev.weft.cli.command.PolicySuggestCommand.SuggestedFormat;
import dev.weft.cli.command.PolicyTestCommand.TestFormat;
import dev.weft.cli.screen.Format;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The words of an enumeration, for an option that takes one of them: lower-case in what is typed, completed, and complained about.
 * Such an option names a subclass twice, as its converter and for its completion.
 */
public abstract class Words<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {

    private final List<E> values;
    private final Function<E, String> word;

    /** The names of these values, in lower case and in their order. */
    protected Words(E[] values) {
        this(values, Words::of);
    }

    /** These values by other words than their names. */
    protected Words(E[] values, Function<E, String> word) {
        this.values = List.of(values);
        this.word = word;
    }

    /** The word for a value that goes by its name. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the value that a word means, in any case.
     *
     * @throws TypeConversionException if it is none of the words; lists all of them
     */
    @Override
    public E convert(String given) {
        return values.stream()
                .filter(value -> word.apply(value).equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() ->
                        new TypeConversionException("'" + given + "' (expected: " + String.join(", ", this) + ")"));
    }

    @Override
    public Iterator<String> iterator() {
        return values.stream().map(word).iterator();
    }

    static final class Formats extends Words<Format> {
        Formats() {
            super(Format.values());
        }
    }

    static final class SuggestedFormats extends Words<SuggestedFormat> {
        SuggestedFormats() {
            super(SuggestedFormat.values());
        }
    }

    static final class CheckFormats extends Words<CheckFormat> {
        CheckFormats() {
            super(CheckFormat.values());
        }
    }

    static final class TestFormats extends Words<TestFormat> {
        TestFormats() {
            super(TestFormat.values());
        }
    }

    static final class Shells extends Words<Shell> {
        Shells() {
            super(Shell.values());
        }
    }
}
