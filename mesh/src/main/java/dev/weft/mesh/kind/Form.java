package dev.weft.mesh.kind;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A form that a text may have.
 *
 * @param check the whole rule
 * @param pattern a regular expression that is found in every text of the form, for those who can check no more; empty for none
 * @param least fewest characters
 * @param most most characters
 * @param format of JSON Schema; empty for none
 * @param words the only texts of the form; empty for any
 * @param numeric whether a number may be written in its place without quotes
 * @param example a text of the form; empty if it needs none
 */
public record Form(
        Check check,
        String pattern,
        int least,
        int most,
        String format,
        List<String> words,
        boolean numeric,
        String example) {

    public Form {
        words = List.copyOf(words);
    }

    /** Whether a text has the form. */
    @FunctionalInterface
    public interface Check {
        /** What was expected; null if the text has the form. */
        @Nullable
        String unmet(String text);
    }

    static Form of(Check check, int least, int most, String example) {
        return new Form(check, "", least, most, "", List.of(), false, example);
    }

    /** A text that a regular expression matches whole. */
    static Form regular(String expression, int most, String expected, String example) {
        Pattern pattern = Pattern.compile(expression);
        Check check = text -> text.length() <= most && pattern.matcher(text).matches() ? null : expected;
        return of(check, 0, most, example).matching("^" + expression + "$");
    }

    /** One of some words. */
    static Form oneOf(String expected, String... words) {
        List<String> all = List.of(words);
        return new Form(text -> all.contains(text) ? null : expected, "", 0, 0, "", all, false, "");
    }

    Form matching(String regularExpression) {
        return new Form(check, regularExpression, least, most, format, words, numeric, example);
    }

    Form inFormat(String name) {
        return new Form(check, pattern, least, most, name, words, numeric, example);
    }

    /** This, where a number may be written without quotes. */
    Form orNumber() {
        return new Form(check, pattern, least, most, format, words, true, example);
    }

    /** What was expected; null if the text has the form. */
    public @Nullable String unmet(String text) {
        return check.unmet(text);
    }
}
