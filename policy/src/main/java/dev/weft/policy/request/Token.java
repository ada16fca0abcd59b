package dev.weft.policy.request;

/** Tokens, RFC 9110 section 5.6.2: the syntax of method names and header field names. */
public final class Token {

    /** A token as a regular expression. */
    public static final String PATTERN = "[-!#$%&'*+.^_`|~0-9A-Za-z]+";

    /** A token without capital letters, as a regular expression. */
    public static final String LOWER_CASE_PATTERN = "[-!#$%&'*+.^_`|~0-9a-z]+";

    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private Token() {}

    /** Whether the text is a token. */
    public static boolean is(String text) {
        return !text.isEmpty() && text.chars().allMatch(Token::hasCharacter);
    }

    /** Whether a token may contain this character. */
    public static boolean hasCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c > 0 && MARKS.indexOf(c) >= 0);
    }
}
