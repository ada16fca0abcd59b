package dev.weft.proxy.admission;

import dev.weft.policy.request.HttpRequest;

/** Tells requests of HTTP/1.1 that a kubelet sends as probes. */
final class HttpProbe {
    private HttpProbe() {}

    /** Whether this is a probe of this path: it has no body, and asks for nothing but its response. */
    static boolean is(HttpRequest request, String path) {
        HttpRequest.Headers headers = request.headers();
        return (request.method().equals("GET") || request.method().equals("HEAD"))
                && headers.values(":path").contains(path)
                && headers.values("transfer-encoding").isEmpty()
                && headers.values("upgrade").isEmpty()
                && headers.values("expect").isEmpty()
                && headers.values("content-length").stream().allMatch(length -> length.equals("0"));
    }
}
