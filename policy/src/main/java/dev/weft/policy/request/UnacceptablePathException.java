package dev.weft.policy.request;

/** Thrown for a path that policy and the application may read differently. The request is refused. */
public final class UnacceptablePathException extends Exception {

    private final Shape shape;

    /** The ways in which a path can be unacceptable. */
    public enum Shape {
        NOT_ABSOLUTE("it does not begin with \"/\""),
        TOO_LONG("it has more than " + RequestPath.MAX_LENGTH + " characters"),
        NOT_VISIBLE_ASCII("it has an octet outside visible ASCII"),
        FRAGMENT("it has a fragment (\"#\")"),
        BACKSLASH("it has a backslash"),
        PARAMETERS("it has parameters (\";\")"),
        EMPTY_SEGMENT("it has an empty segment (\"//\")"),
        DOT_SEGMENT("it has a dot segment (\".\" or \"..\")"),
        BAD_ENCODING("a \"%\" is not followed by two hexadecimal digits"),
        ENCODED_SEPARATOR("it has an encoded \"/\", \"\\\" or \";\""),
        ENCODED_CONTROL("it has an encoded control character"),
        ENCODED_TWICE("it is percent-encoded twice"),
        NOT_UTF8("what it encodes is not UTF-8");

        private final String words;

        Shape(String words) {
            this.words = words;
        }
    }

    /** Creates the exception without a stack trace: every hostile request creates one, and it must be cheap. */
    UnacceptablePathException(Shape shape) {
        super("the path is not accepted: " + shape.words, null, false, false);
        this.shape = shape;
    }

    /** Returns what is wrong with the path. */
    public Shape shape() {
        return shape;
    }
}
