package dev.weft.policy.request;

import dev.weft.policy.request.UnacceptablePathException.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request path into the one form that policy compares.
 *
 * <p>Applications decode, resolve and clean paths in different ways. A path that two ways could read differently is
 * refused; every other path has one meaning. In the normal form visible ASCII stands for itself, and everything else is
 * {@code %XX} in upper case. The characters {@code %}, {@code ?} and {@code #} stay encoded when they are part of a
 * segment.
 */
public final class RequestPath {

    /** The most characters of a request target, query included. */
    public static final int MAX_LENGTH = 65_536;

    private static final String WHOLE_SERVER = "*";
    private static final int HEX = 16;
    private static final int ESCAPE = 3;
    private static final int FIRST_BEYOND_ASCII = 0x80;
    private static final int DELETE = 0x7f;

    private final String path;
    /** The normal form, from the first character that differs from the path; null while nothing differs. */
    private @Nullable StringBuilder changed;

    private boolean beyondAscii;
    private boolean percent;

    private RequestPath(String path) {
        this.path = path;
    }

    /**
     * Returns the path of a request target in its normal form, without the query.
     *
     * @param target origin-form (RFC 9112 section 3.2.1), "*", or the part of an absolute-form behind the authority,
     *     which may be empty
     * @throws UnacceptablePathException if the path can be read in more than one way
     */
    public static String normalize(String target) throws UnacceptablePathException {
        if (target.equals(WHOLE_SERVER)) {
            return target;
        }
        int end = checkOctets(target);
        if (end == 0) {
            return "/";
        }
        if (target.charAt(0) != '/') {
            throw new UnacceptablePathException(Shape.NOT_ABSOLUTE);
        }
        String form = new RequestPath(target.substring(0, end)).form();
        checkSegments(form);
        return form;
    }

    /** Checks every character of the target, and returns the index at which the path ends. */
    private static int checkOctets(String target) throws UnacceptablePathException {
        if (target.length() > MAX_LENGTH) {
            throw new UnacceptablePathException(Shape.TOO_LONG);
        }
        int end = target.length();
        for (int i = target.length() - 1; i >= 0; i--) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= DELETE) {
                throw new UnacceptablePathException(Shape.NOT_VISIBLE_ASCII);
            }
            if (c == '#') {
                throw new UnacceptablePathException(Shape.FRAGMENT);
            }
            if (c == '?') {
                end = i;
            }
        }
        return end;
    }

    private String form() throws UnacceptablePathException {
        int i = 0;
        while (i < path.length()) {
            char c = path.charAt(i);
            if (c == '%') {
                escape(i);
                i += ESCAPE;
            } else {
                check(c);
                if (changed != null) {
                    changed.append(c);
                }
                i++;
            }
        }
        String form = changed == null ? path : changed.toString();
        if (percent) {
            checkEncodedOnce(form);
        }
        if (beyondAscii) {
            checkUtf8(form);
        }
        return form;
    }

    private static void check(char c) throws UnacceptablePathException {
        if (c == '\\') {
            throw new UnacceptablePathException(Shape.BACKSLASH);
        }
        if (c == ';') {
            throw new UnacceptablePathException(Shape.PARAMETERS);
        }
    }

    private void escape(int at) throws UnacceptablePathException {
        int octet = octet(path, at);
        if (octet < 0) {
            throw new UnacceptablePathException(Shape.BAD_ENCODING);
        }
        if (octet < ' ' || octet == DELETE) {
            throw new UnacceptablePathException(Shape.ENCODED_CONTROL);
        }
        if (octet == '/' || octet == '\\' || octet == ';') {
            throw new UnacceptablePathException(Shape.ENCODED_SEPARATOR);
        }
        percent |= octet == '%';
        beyondAscii |= octet >= FIRST_BEYOND_ASCII;
        boolean stays = octet == ' ' || octet == '%' || octet == '?' || octet == '#' || octet >= FIRST_BEYOND_ASCII;
        if (!stays) {
            changed(at).append((char) octet);
        } else if (changed != null || hasLowerCase(at + 1) || hasLowerCase(at + 2)) {
            changed(at).append('%').append(upperCase(at + 1)).append(upperCase(at + 2));
        }
    }

    private StringBuilder changed(int at) {
        if (changed == null) {
            changed = new StringBuilder(path.length()).append(path, 0, at);
        }
        return changed;
    }

    private boolean hasLowerCase(int at) {
        return path.charAt(at) >= 'a';
    }

    private char upperCase(int at) {
        return Character.toUpperCase(path.charAt(at));
    }

    /** Returns the octet that is encoded at this index; -1 if there is no valid escape. */
    private static int octet(String text, int percent) {
        return isHex(text, percent + 1) && isHex(text, percent + 2)
                ? HEX * Character.digit(text.charAt(percent + 1), HEX) + Character.digit(text.charAt(percent + 2), HEX)
                : -1;
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && text.charAt(at) < FIRST_BEYOND_ASCII && Character.digit(text.charAt(at), HEX) >= 0;
    }

    /** Checks that decoding the form a second time would give the same path. */
    private static void checkEncodedOnce(String form) throws UnacceptablePathException {
        for (int at = form.indexOf("%25"); at >= 0; at = form.indexOf("%25", at + ESCAPE)) {
            if (isHex(form, at + ESCAPE) && isHex(form, at + ESCAPE + 1)) {
                throw new UnacceptablePathException(Shape.ENCODED_TWICE);
            }
        }
    }

    /**
     * Checks that the octets are valid UTF-8: overlong forms and stray octets can hide "/" and "." from a reader that
     * does not decode them.
     */
    private static void checkUtf8(String form) throws UnacceptablePathException {
        ByteBuffer octets = ByteBuffer.allocate(form.length());
        int i = 0;
        while (i < form.length()) {
            boolean escape = form.charAt(i) == '%';
            octets.put((byte) (escape ? octet(form, i) : form.charAt(i)));
            i += escape ? ESCAPE : 1;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
        } catch (CharacterCodingException _) {
            throw new UnacceptablePathException(Shape.NOT_UTF8);
        }
    }

    private static void checkSegments(String form) throws UnacceptablePathException {
        int start = 1;
        while (start <= form.length()) {
            int slash = form.indexOf('/', start);
            int end = slash < 0 ? form.length() : slash;
            int length = end - start;
            if (length == 0 && slash >= 0) {
                throw new UnacceptablePathException(Shape.EMPTY_SEGMENT);
            }
            boolean dots = length == 1 || length == 2;
            if (dots && form.charAt(start) == '.' && form.charAt(end - 1) == '.') {
                throw new UnacceptablePathException(Shape.DOT_SEGMENT);
            }
            start = end + 1;
        }
    }
}
