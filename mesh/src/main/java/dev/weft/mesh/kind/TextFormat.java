package dev.weft.mesh.kind;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rule for the content of a text.
 *
 * @param check the whole rule
 * @param pattern a regular expression that is found in every valid text, for readers that cannot run the check; empty
 *     for none
 * @param least fewest characters
 * @param most most characters
 * @param schemaFormat format of JSON Schema; empty for none
 * @param words the only valid texts; empty for any
 * @param numeric whether a number without quotes may be written instead
 * @param example a valid text; empty if no example is needed
 * @param rule a rule for API servers, which holds for every valid text; empty if the pattern is enough
 */
public record TextFormat(
        Check check,
        String pattern,
        int least,
        int most,
        String schemaFormat,
        List<String> words,
        boolean numeric,
        String example,
        Optional<Shape.Rule> rule) {

    public TextFormat {
        words = List.copyOf(words);
    }

    @FunctionalInterface
    public interface Check {
        /** Returns what was expected; null if the text is valid. */
        @Nullable
        String unmet(String text);
    }

    static TextFormat of(Check check, int least, int most, String example) {
        return new TextFormat(check, "", least, most, "", List.of(), false, example, Optional.empty());
    }

    /** Returns the form of texts that a regular expression matches as a whole. */
    static TextFormat matching(String expression, int most, String expected, String example) {
        Pattern pattern = Pattern.compile(expression);
        Check check = text -> text.length() <= most && pattern.matcher(text).matches() ? null : expected;
        return of(check, 0, most, example).withPattern("^" + expression + "$");
    }

    /** Returns the form of texts that meet a condition. */
    static TextFormat where(Predicate<String> good, String expected, int least, int most, String example) {
        return of(text -> good.test(text) ? null : expected, least, most, example);
    }

    /** Returns the form of texts that are one of some words. */
    static TextFormat oneOf(String expected, String... words) {
        return oneOf(_ -> expected, List.of(words));
    }

    /**
     * Returns the form of texts that are one of some words.
     *
     * @param expected says what was expected instead of a text
     */
    static TextFormat oneOf(UnaryOperator<String> expected, List<String> words) {
        Check check = text -> words.contains(text) ? null : expected.apply(text);
        return new TextFormat(check, "", 0, 0, "", words, false, "", Optional.empty());
    }

    /**
     * Returns what was expected if a text cannot be parsed, and why it cannot; null if it can.
     *
     * @param parse throws an IllegalArgumentException for a text that it cannot parse
     */
    static @Nullable String unparsed(String text, Function<String, ?> parse, String expected) {
        try {
            Object _ = parse.apply(text);
            return null;
        } catch (IllegalArgumentException e) {
            return expected + "; " + e.getMessage();
        }
    }

    TextFormat withPattern(String regularExpression) {
        return new TextFormat(check, regularExpression, least, most, schemaFormat, words, numeric, example, rule);
    }

    TextFormat withFormat(String name) {
        return new TextFormat(check, pattern, least, most, name, words, numeric, example, rule);
    }

    /**
     * Returns this form with a rule for API servers.
     *
     * @param cel the rule, in CEL
     * @param message what was expected
     */
    TextFormat withRule(String cel, String message) {
        Optional<Shape.Rule> given = Optional.of(new Shape.Rule(cel, message));
        return new TextFormat(check, pattern, least, most, schemaFormat, words, numeric, example, given);
    }

    /** Returns this form, which also accepts a number without quotes. */
    TextFormat orNumber() {
        return new TextFormat(check, pattern, least, most, schemaFormat, words, true, example, rule);
    }

    /** Returns what was expected; null if the text is valid. */
    public @Nullable String unmet(String text) {
        return check.unmet(text);
    }
}
