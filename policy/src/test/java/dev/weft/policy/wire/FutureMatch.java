package dev.weft.policy.wire;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.weft.api.v1.GrpcMatch;
import dev.weft.api.v1.HeaderMatch;
import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.PathMatch;
import dev.weft.api.v1.RequestMatch;
import dev.weft.testing.FutureFields;

/** A rule about requests with a field of a later version somewhere in it. */
final class FutureMatch {

    private FutureMatch() {}

    static RequestMatch in(RequestMatch match, FuzzedDataProvider data) {
        if (match.hasGrpc() && data.consumeBoolean()) {
            GrpcMatch grpc = FutureFields.in(match.getGrpc(), data);
            return match.toBuilder().setGrpc(grpc).build();
        }
        return match.hasHttp() && data.consumeBoolean()
                ? match.toBuilder().setHttp(http(match.getHttp(), data)).build()
                : FutureFields.in(match, data);
    }

    private static HttpMatch http(HttpMatch http, FuzzedDataProvider data) {
        if (http.getPathsCount() > 0 && data.consumeBoolean()) {
            PathMatch path = FutureFields.in(http.getPaths(0), data);
            return http.toBuilder().setPaths(0, path).build();
        }
        if (http.getHeadersCount() > 0 && data.consumeBoolean()) {
            HeaderMatch header = FutureFields.in(http.getHeaders(0), data);
            return http.toBuilder().setHeaders(0, header).build();
        }
        return FutureFields.in(http, data);
    }
}
