package dev.weft.mesh.kind;

import java.util.List;
import java.util.Optional;
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

    /** Creates a form without a rule for API servers. */
    TextFormat(
            Check check,
            String pattern,
            int least,
            int most,
            String schemaFormat,
            List<String> words,
            boolean numeric,
            String example) {
        this(check, pattern, least, most, schemaFormat, words, numeric, example, Optional.empty());
    }

    @FunctionalInterface
    public interface Check {
        /** Returns what was expected; null if the text is valid. */
        @Nullable
        String unmet(String text);
    }

    static TextFormat of(Check check, int least, int most, String example) {
        return new TextFormat(check, "", least, most, "", List.of(), false, example);
    }

    /** Returns the form of texts that a regular expression matches as a whole. */
    static TextFormat matching(String expression, int most, String expected, String example) {
        Pattern pattern = Pattern.compile(expression);
        Check check = text -> text.length() <= most && pattern.matcher(text).matches() ? null : expected;
        return of(check, 0, most, example).withPattern("^" + expression + "$");
    }

    /** Returns the form of texts that are one of some words. */
    static TextFormat oneOf(String expected, String... words) {
        List<String> all = List.of(words);
        return new TextFormat(text -> all.contains(text) ? null : expected, "", 0, 0, "", all, false, "");
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
        return new TextFormat(
                check,
                pattern,
                least,
                most,
                schemaFormat,
                words,
                numeric,
                example,
                Optional.of(new Shape.Rule(cel, message)));
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
