{{ head }}
{% for group in groups %}    {{ group|indent(4) }}

{% endfor %}
