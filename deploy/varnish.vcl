# Varnish 7, between what ends TLS and Polyclinic. Copy to /etc/varnish/default.vcl and fill in the
# lines marked HERE. Told of each publish with CACHE_PURGE=varnish+http://127.0.0.1:6081.
# docs/how-to/put-a-cache-in-front.md says what it promises.
vcl 4.1;

import std;

backend polyclinic {
    .host = "127.0.0.1";  # HERE
    .port = "8000";  # HERE
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
    .probe = {
        .request = "GET /api/cache-version/ HTTP/1.1"
                   "Host: clinic.example.org"  # HERE
                   "X-Forwarded-Proto: https"
                   "Connection: close";
        .expected_response = 204;
        .interval = 2s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

acl servers {
    "127.0.0.1";  # HERE: the servers that publish
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ servers) {
            return (synth(403, "Not yours to purge"));
        }
        if (req.http.Surrogate-Key !~ "^[a-z0-9-]+( [a-z0-9-]+)*$") {
            return (synth(400, "Surrogate-Key: keys with blanks between"));
        }
        ban("obj.http.Surrogate-Key ~ (^|\s)(" + regsuball(req.http.Surrogate-Key, " ", "|") + ")(\s|$)");
        return (synth(200, "Purged"));
    }
    unset req.http.X-Cache-Version;
    # While the server is well an old copy is given out for a minute at most, as it is fetched anew.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 60s;
    }
    # What somebody shows who they are with is answered by the server itself, and kept nowhere.
    if ((req.method != "GET" && req.method != "HEAD") || req.url !~ "^/api/v1/"
        || req.http.Authorization || req.http.Cookie || req.url ~ "[?&](preview|token)=") {
        return (pass);
    }
    return (hash);
}

sub vcl_backend_response {
    # While it is not: for as long as the server said itself, which is never after the page's end.
    set beresp.grace = std.duration(
        regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1") + "s", 0s);
    # A copy that was confirmed with 304 would be fresh again.
    set beresp.keep = 0s;
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
