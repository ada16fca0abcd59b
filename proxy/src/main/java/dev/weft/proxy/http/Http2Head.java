package dev.weft.proxy.http;

import dev.weft.policy.request.FieldRole;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderRules;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The fields of a request: the part that policy sees, and the part that the application gets. */
public final class Http2Head {
    /** The field that gives an application the caller's proven identity. */
    public static final AsciiString CLIENT_ID = AsciiString.cached("weft-client-id");

    static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final String COOKIE = "cookie";
    private static final String GRPC = "application/grpc";

    private Http2Head() {}

    /**
     * Returns the request as policy sees it.
     *
     * @throws Http2Violation the request is malformed (RFC 9113 section 8.1.1)
     * @throws UnacceptableException the request can be read in more than one way, or is of a kind that does not pass
     */
    public static HttpRequest of(int streamId, Http2Headers headers, HeadLimits limits)
            throws Http2Violation, UnacceptableException {
        HeaderRules.checkRequest(streamId, headers);
        checkNames(streamId, headers);
        checkLength(streamId, headers);
        if (headers.size() > limits.fields()) {
            throw new UnacceptableException(
                    GateRefusal.Code.HEAD_TOO_LARGE, "more than " + limits.fields() + " fields in a request's head");
        }
        String method = String.valueOf(headers.method());
        if (method.equals("CONNECT")) {
            throw new UnacceptableException(
                    GateRefusal.Code.NOT_IMPLEMENTED, "CONNECT is not carried to an application");
        }
        String scheme = String.valueOf(headers.scheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw malformed(streamId, "a :scheme other than http and https (section 8.3.1)");
        }
        if (!isToken(method)) {
            throw malformed(streamId, "a :method that is no token (section 8.3.1)");
        }
        if (!method.equals(method.toUpperCase(Locale.ROOT))) {
            throw new UnacceptableException(
                    GateRefusal.Code.MALFORMED, "a method in lower case, which some applications take for another");
        }
        boolean grpc = isGrpcCall(headers);
        return new HttpRequest(method, path(method, headers), host(headers), fields(headers), grpc);
    }

    /**
     * A well-formed request.
     *
     * @param hasOneMeaning whether it is as policy sees it; if not, it is as its caller sent it
     */
    public record Reading(HttpRequest request, boolean hasOneMeaning) {}

    /**
     * Returns the request as policy sees it or, if it can be read in more than one way, as its caller sent it.
     *
     * @param lenient whether such a request passes: no policy is about requests
     * @throws Http2Violation the request is malformed (RFC 9113 section 8.1.1)
     * @throws UnacceptableException the request does not pass
     */
    public static Reading read(int streamId, Http2Headers headers, HeadLimits limits, boolean lenient)
            throws Http2Violation, UnacceptableException {
        try {
            return new Reading(of(streamId, headers, limits), true);
        } catch (UnacceptableException e) {
            if (!lenient || e.refusal().code().equals(GateRefusal.Code.HEAD_TOO_LARGE.text())) {
                throw e;
            }
            return new Reading(asSaid(headers), false);
        }
    }

    private static HttpRequest asSaid(Http2Headers headers) {
        String method = String.valueOf(headers.method());
        String target = headers.path() == null ? "" : headers.path().toString(); // CONNECT has none
        int query = target.indexOf('?');
        CharSequence authority = authority(headers);
        return new HttpRequest(
                method,
                query < 0 ? target : target.substring(0, query),
                authority == null ? "" : authority.toString(),
                fields(headers),
                isGrpcCall(headers));
    }

    private static String path(String method, Http2Headers headers) throws UnacceptableException {
        String target = String.valueOf(headers.path());
        if (!target.startsWith("/") && !target.equals("*")) {
            throw new UnacceptableException(GateRefusal.Code.PATH, "a path that does not begin with a slash");
        }
        try {
            String path = RequestPath.normalize(target);
            if (path.equals("*") && !method.equals("OPTIONS")) {
                throw new UnacceptableException(GateRefusal.Code.PATH, "a path of * in another request than OPTIONS");
            }
            return path;
        } catch (UnacceptablePathException e) {
            throw new UnacceptableException(GateRefusal.Code.PATH, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the host that the request asks for, with a port if one was sent; null if it names none. */
    public static @Nullable CharSequence authority(Http2Headers headers) {
        return headers.authority() == null ? headers.get(HOST) : headers.authority();
    }

    private static String host(Http2Headers headers) throws UnacceptableException {
        CharSequence authority = authority(headers);
        if (authority == null) {
            return "";
        }
        try {
            return Http1Authority.of(authority.toString()).host();
        } catch (UnacceptableException e) {
            throw new UnacceptableException(GateRefusal.Code.HOST, "a host that is no name and no address");
        }
    }

    /** Whether this is the head of a gRPC call. */
    public static boolean isGrpcCall(Http2Headers headers) {
        return "POST".contentEquals(String.valueOf(headers.method())) && isGrpc(headers.get(CONTENT_TYPE));
    }

    /** Whether this is the head of a HEAD request, whose response has no body. */
    public static boolean isHead(Http2Headers headers) {
        return "HEAD".contentEquals(String.valueOf(headers.method()));
    }

    private static boolean isGrpc(@Nullable CharSequence contentType) {
        if (contentType == null || !AsciiString.of(contentType).toLowerCase().startsWith(GRPC)) {
            return false;
        }
        return contentType.length() == GRPC.length() || "+; ".indexOf(contentType.charAt(GRPC.length())) >= 0;
    }

    private static HttpRequest.Headers fields(Http2Headers headers) {
        return new HttpRequest.Headers() {
            @Override
            public List<String> values(String name) {
                List<String> values = new ArrayList<>(1);
                headers.getAll(name).forEach(value -> values.add(value.toString())); // the iterator's order is another
                boolean split = values.size() > 1 && name.equals(COOKIE); // sent in parts (RFC 9113 section 8.2.3)
                return split ? List.of(String.join("; ", values)) : values;
            }

            @Override
            public List<String> lookalikes(String name) {
                List<String> values = new ArrayList<>(0);
                for (Map.Entry<CharSequence, CharSequence> field : headers) {
                    if (!namesClientId(field.getKey()) && FieldRole.areLookalikes(field.getKey(), name)) {
                        values.add(field.getValue().toString());
                    }
                }
                return values;
            }
        };
    }

    private static Http2Violation malformed(int streamId, String why) {
        return Http2Violation.stream(streamId, ErrorCode.PROTOCOL_ERROR, why);
    }

    private static boolean isToken(CharSequence text) {
        AsciiString octets = AsciiString.of(text);
        return Http1Octets.isToken(octets.array(), octets.arrayOffset(), octets.arrayOffset() + octets.length());
    }

    private static void checkNames(int streamId, Http2Headers headers) throws Http2Violation {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(name) && !isToken(name)) {
                throw malformed(streamId, "a field name that is no token (section 8.2.1)");
            }
        }
    }

    /** Refuses several lengths: for an HTTP/1.1 reader behind the application they would mean two ends of the body. */
    private static void checkLength(int streamId, Http2Headers headers) throws Http2Violation {
        CharSequence first = null;
        for (var values = headers.valueIterator(CONTENT_LENGTH); values.hasNext(); ) {
            CharSequence value = values.next();
            boolean digits = value.length() > 0;
            for (int i = 0; i < value.length(); i++) {
                digits &= Http1Octets.isDigit(value.charAt(i));
            }
            if (!digits || first != null) {
                throw malformed(streamId, "several values or another than digits in content-length");
            }
            first = value;
        }
    }

    /** Checks that the fields on a stream that is not open, and lower than others, do not begin a request. */
    static void checkLate(int streamId, Http2Headers headers) throws Http2Violation {
        if (headers.method() != null) {
            throw FrameRules.protocol("a request on stream " + streamId + ", lower than before (section 5.1.1)");
        }
    }

    /** Checks whether trailers may pass. */
    public static void checkTrailers(int streamId, Http2Headers headers, boolean endStream, HeadLimits limits)
            throws Http2Violation {
        HeaderRules.checkTrailers(streamId, headers, endStream);
        checkNames(streamId, headers);
        for (CharSequence name : headers.names()) {
            AsciiString octets = AsciiString.of(name);
            int from = octets.arrayOffset();
            if (Http1Fields.isOfHead(octets.array(), from, from + octets.length())) {
                throw malformed(streamId, "a trailer field that belongs into the head");
            }
        }
        if (headers.size() > limits.fields()) {
            throw Http2Violation.stream(
                    streamId, ErrorCode.ENHANCE_YOUR_CALM, "more than " + limits.fields() + " fields in trailers");
        }
    }

    /**
     * Writes the fields for the application: the caller's fields, except that only the gate sets the caller's identity.
     */
    static void write(ByteBuf block, Http2Headers headers, String clientId) {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (!namesClientId(field.getKey())) {
                Http2Literals.field(block, field.getKey(), field.getValue());
            }
        }
        if (!clientId.isEmpty()) {
            Http2Literals.field(block, CLIENT_ID, clientId);
        }
    }

    /** Returns the fields whose names are kept. */
    public static Http2Headers only(Predicate<CharSequence> kept, Http2Headers headers) {
        Http2Headers some = new DefaultHttp2Headers(false, headers.size() + 1);
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (kept.test(field.getKey())) {
                some.add(field.getKey(), field.getValue());
            }
        }
        return some;
    }

    /** Whether a field's name is {@link #CLIENT_ID}, or differs from it in punctuation only. */
    public static boolean namesClientId(CharSequence name) {
        if (name.length() != CLIENT_ID.length()) {
            return false;
        }
        AsciiString octets = AsciiString.of(name);
        int from = octets.arrayOffset();
        return Http1Octets.resembles(octets.array(), from, from + octets.length(), "weft-client-id");
    }

    /** Returns a number of up to three digits; -1 for any other text. */
    public static int number(@Nullable CharSequence text) {
        return text == null ? -1 : (int) number(text, text.length(), 3);
    }

    /**
     * Returns the number in the first octets of a text; -1 if they are no number of so many digits or fewer.
     *
     * @param mostDigits at most 18
     */
    public static long number(CharSequence text, int end, int mostDigits) {
        if (end < 1 || end > mostDigits) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < end; i++) {
            if (!Http1Octets.isDigit(text.charAt(i))) {
                return -1;
            }
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
