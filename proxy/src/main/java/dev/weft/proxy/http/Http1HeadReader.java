package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the heads of requests and reads them. Bytes that are not HTTP are refused at the first octets, before a head
 * is complete.
 */
final class Http1HeadReader {
    private final HeadLimits limits;
    private final boolean connect;
    private final BooleanSupplier lenient;
    private final Http1Section section;
    private boolean skippedEmptyLine;
    private boolean whole;

    /**
     * Makes a reader that has read nothing yet.
     *
     * @param connect whether CONNECT is read; if not, it is refused
     * @param lenient whether the next head is read although policy could not judge it
     */
    Http1HeadReader(HeadLimits limits, boolean connect, BooleanSupplier lenient) {
        this.limits = limits;
        this.connect = connect;
        this.lenient = lenient;
        this.section = Http1Section.ofHead(limits);
    }

    /**
     * Returns the head that ends in the data. Null if no head ends there; then the octets that were read are left out
     * of the run.
     */
    @Nullable
    Http1RequestHead take(ByteBuf data, Http1Run run) throws UnacceptableException {
        int start = data.readerIndex();
        Http1Section.Outcome outcome = section.take(data);
        if (outcome != Http1Section.Outcome.EMPTY && outcome != Http1Section.Outcome.COMPLETE) {
            Http1RequestLine.checkMethod(section.bytes(), section.count());
        }
        switch (outcome) {
            case INCOMPLETE -> run.leaveOutFrom(start);
            case EMPTY -> {
                emptyLine();
                run.leaveOutFrom(start);
            }
            case COMPLETE -> {
                Http1RequestHead head =
                        Http1RequestHead.read(section.bytes(), section.count(), connect, lenient.getAsBoolean());
                whole = section.whole();
                skippedEmptyLine = false;
                section.clear();
                return head;
            }
            case BARE_LF -> throw new UnacceptableException(Code.MALFORMED, "a line feed without a carriage return");
            case LONG_FIRST_LINE ->
                throw new UnacceptableException(
                        Code.LINE_TOO_LONG, "a request line of more than " + Http1Section.MAX_FIRST_LINE + " octets");
            case TOO_LARGE ->
                throw new UnacceptableException(
                        Code.HEAD_TOO_LARGE, "a head of more than " + limits.octets() + " octets");
            case TOO_MANY_LINES ->
                throw new UnacceptableException(
                        Code.HEAD_TOO_LARGE, "a head of more than " + limits.fields() + " fields");
        }
        return null;
    }

    /** Skips one empty line, as some callers send one after a body (RFC 9112 section 2.2). */
    private void emptyLine() throws UnacceptableException {
        if (skippedEmptyLine) {
            throw new UnacceptableException(Code.MALFORMED, "several empty lines before a request");
        }
        skippedEmptyLine = true;
        section.clear();
    }

    /** Whether the whole head that was returned last came in one piece of data. */
    boolean whole() {
        return whole;
    }

    /** Whether a head has begun and not ended. */
    boolean within() {
        return section.count() > 0;
    }

    /** What a head that has not ended counts among the bytes that are held. */
    int held() {
        return section.held();
    }

    /** The octets of a head that has not ended, or that was refused. */
    byte[] unread() {
        return java.util.Arrays.copyOf(section.bytes(), section.count());
    }

    void clear() {
        section.clear();
    }
}
