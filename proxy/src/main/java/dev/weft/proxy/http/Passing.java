package dev.weft.proxy.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an allowed HTTP/2 request that reach the application.
 *
 * @param fields names of the fields of its head and trailers, in lower case; null for all fields
 * @param body most octets of its body; a longer request is broken off
 */
public record Passing(@Nullable Set<String> fields, long body) {

    /** The whole request. */
    public static final Passing ALL = new Passing(null, Long.MAX_VALUE);
}
