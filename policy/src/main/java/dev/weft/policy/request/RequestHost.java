package dev.weft.policy.request;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Brings the host that a request or a rule names into the one form that is compared. */
public final class RequestHost {

    private static final int GROUPS = 8;
    private static final int HEX = 16;
    private static final int BITS_PER_BYTE = 8;

    private RequestHost() {}

    /**
     * Returns a host in lower case and without the dot that may end a DNS name. An IPv6 address in brackets is written
     * as in RFC 5952, because the same address can be written in many ways.
     */
    public static String normalize(String host) {
        String name = Ascii.lowerCase(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
        return name.startsWith("[") && isIpv6(name) ? ipv6(name) : name;
    }

    /** Whether the text is an IPv6 address in brackets, without a zone. */
    public static boolean isIpv6(String text) {
        if (!text.startsWith("[") || !text.endsWith("]") || text.indexOf(':') < 0) {
            return false;
        }
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && (c >= 0x80 || Character.digit(c, HEX) < 0)) {
                return false;
            }
        }
        try {
            return literal(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text.substring(1, text.length() - 1));
    }

    private static String ipv6(String text) {
        InetAddress address = literal(text);
        if (address instanceof Inet4Address) { // what Java makes of an IPv4-mapped address
            return "[::ffff:" + address.getHostAddress() + "]";
        }
        byte[] octets = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = ((octets[2 * i] & 0xff) << BITS_PER_BYTE) + (octets[2 * i + 1] & 0xff);
        }
        return compressed(groups);
    }

    /** Writes {@code ::} in place of the first of the longest runs of two or more zero groups (RFC 5952 section 4.2). */
    private static String compressed(int[] groups) {
        int start = GROUPS;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeros(groups, i);
            if (zeros > longest) {
                start = i;
                longest = zeros;
            }
        }
        StringBuilder text = new StringBuilder("[");
        int i = 0;
        while (i < GROUPS) {
            if (i == start) {
                text.append("::");
                i += longest;
            } else {
                text.append(i == 0 || i == start + longest ? "" : ":").append(Integer.toHexString(groups[i]));
                i++;
            }
        }
        return text.append(']').toString();
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }
}
