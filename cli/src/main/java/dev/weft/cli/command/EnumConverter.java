package dev.weft.cli.command;

import dev.weft.cli.command.CheckCommand.CheckFormat;
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
 * The words of an option that takes one of the values of an enumeration. They are in lower case when the user types
 * them, in completion, and in error messages. Such an option names a subclass twice: as its converter and for its
 * completion.
 */
public abstract class EnumConverter<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {

    private final List<E> values;
    private final Function<E, String> word;

    /** Creates the words from the names of these values, in lower case and in their order. */
    protected EnumConverter(E[] values) {
        this(values, EnumConverter::of);
    }

    /** Creates words that differ from the names of the values. */
    protected EnumConverter(E[] values, Function<E, String> word) {
        this.values = List.of(values);
        this.word = word;
    }

    /** Returns the word of a value: its name in lower case. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the value that a word means, in upper or lower case.
     *
     * @throws TypeConversionException if it is none of the words; the message lists all of them
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

    static final class Formats extends EnumConverter<Format> {
        Formats() {
            super(Format.values());
        }
    }

    static final class SuggestedFormats extends EnumConverter<SuggestedFormat> {
        SuggestedFormats() {
            super(SuggestedFormat.values());
        }
    }

    static final class CheckFormats extends EnumConverter<CheckFormat> {
        CheckFormats() {
            super(CheckFormat.values());
        }
    }

    static final class TestFormats extends EnumConverter<TestFormat> {
        TestFormats() {
            super(TestFormat.values());
        }
    }

    static final class Shells extends EnumConverter<Shell> {
        Shells() {
            super(Shell.values());
        }
    }
}
