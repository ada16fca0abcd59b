package dev.weft.policy.model;

/** Shortens texts for messages, which may come in any length. */
final class TruncatedText {

    private static final int MAX_LENGTH = 80;

    private TruncatedText() {}

    static String of(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
